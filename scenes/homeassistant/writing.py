"""Documents of scenes as YAML texts, with what was left of them in a comment on top."""

import re
from collections.abc import Sequence

import yaml

from scenes.homeassistant.importer import Import, Written
from scenes.homeassistant.left import Left

_WIDTH = 2000
_SHORT = 64
_VARIABLES = "# The variables that these scenes need. They belong into the home file.\n"


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.2 would not read as a word, and repeats things instead of naming them."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless
        super().increase_indent(flow, indentless=False)

    def represent_mapping(
        self,
        tag: str,
        mapping: object,
        flow_style: bool | None = None,
    ) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)  # type: ignore[arg-type]
        pairs = [part for pair in node.value for part in pair]
        if all(isinstance(part, yaml.ScalarNode) for part in pairs):
            node.flow_style = sum(len(part.value) + 2 for part in pairs) <= _SHORT
        return node

    def represent_sequence(
        self,
        tag: str,
        sequence: object,
        flow_style: bool | None = None,
    ) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)  # type: ignore[arg-type]
        if all(isinstance(part, yaml.ScalarNode) for part in node.value):
            node.flow_style = sum(len(part.value) + 2 for part in node.value) <= _SHORT
        return node


_Dumper.yaml_implicit_resolvers = {}
for _tag, _pattern in {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
}.items():
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), None)


def scene_text(written: Written) -> str:
    """Return the text of a scene's file."""
    lines = [f"# Imported from Home Assistant: {written.origin}"] if written.origin else []
    if written.left:
        lines.append("# Left out of it:")
        lines += [f"#   {row.file}:{row.line}: {_line(row.reason)}" for row in written.left]
    lines += [f"# Note: {_line(note)}." for note in written.notes]
    if written.off:
        lines.append("# It is off: look it through, then take .off from the file's name.")
    head = "".join(f"{line}\n" for line in lines)
    return head + data_text(written.document)


def data_text(data: object) -> str:
    """Return plain data as YAML in the order in which it stands."""
    return str(
        yaml.dump(
            data,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=_WIDTH,
            default_flow_style=False,
        )
    )


def files_of(result: Import) -> dict[str, str]:
    """Return the files to write, by path: each scene, and what variables the home needs."""
    files = {
        f"{written.path}.yaml{'.off' * written.off}": scene_text(written)
        for written in result.written
    }
    for start, variables in result.variables.items():
        files[f"{start}variables.txt"] = _VARIABLES + data_text(variables)
    return files


def _line(text: str) -> str:
    return " ".join(text.split())


def rows(left: Sequence[Left]) -> list[dict[str, object]]:
    """Return what was left as plain data."""
    return [
        {"name": row.name, "file": row.file, "line": row.line, "reason": _line(row.reason)}
        for row in left
    ]
