"""The Jinja templates that devices announce, compiled to closures of a safe subset.

Never evaluated as code. What is not understood raises TemplateError at compile time, which names
the place; what a message makes impossible raises UnreadableError when the template is used.

A template without text around its one expression keeps the expression's type: `{{ value_json.on }}`
gives a bool, not "True". `MISSING` is what Jinja calls undefined.
"""

from drivers.mqtt.template.compiler import compile_template

__all__ = ["compile_template"]
