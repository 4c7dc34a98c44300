"""`hubd schema`: the JSON Schema of scenes, for editors."""

import json
import sys

import click

from scenes.schema import scene_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenes and blueprints, for editors that know YAML."""
    json.dump(scene_schema(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
