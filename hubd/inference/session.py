"""An ONNX model, ready to run: one thread, the same answer for the same question."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from hubd.inference.errors import ModelError

type Arrays = Mapping[str, NDArray[Any]]


class Session:
    """Runs one model. Not for more than one thread at a time."""

    def __init__(self, model: bytes) -> None:
        """Load a model's bytes. Raises ModelError for what is no model."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelError(f"this is no model that can run here: {error}") from error
        self.inputs = tuple(i.name for i in self._session.get_inputs())
        self.outputs = tuple(o.name for o in self._session.get_outputs())

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Return the outputs by name.

        Raises ModelError for inputs of a wrong name, shape or type, and for answers that are no
        numbers.
        """
        try:
            found = self._session.run(None, dict(inputs))
        except Exception as error:
            raise ModelError(f"the model does not take this: {error}") from error
        outputs = dict(zip(self.outputs, found, strict=True))
        for name, values in outputs.items():
            if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
                raise ModelError(f"the model answers {name} with what is no number")
        return outputs
