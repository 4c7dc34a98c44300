"""Fitted forests and nets as ONNX graphs: `x` (n, features) float32 -> `belief` (n, labels).

A forest's leaves keep the labels that occur in them alone, which makes it ten to twenty times
smaller than skl2onnx's classifier. Operators: ai.onnx.ml 3 TreeEnsembleRegressor, ai.onnx 18.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.neural_network import MLPClassifier

type Floats = NDArray[np.floating]
_LEAF = -1


def forest(fitted: ExtraTreesClassifier, labels: int) -> bytes:
    """Return the graph of a forest whose classes are codes below `labels`."""
    nodes: dict[str, list[NDArray[np.generic]]] = {}
    leaves: dict[str, list[NDArray[np.generic]]] = {}

    def put(into: dict[str, list[NDArray[np.generic]]], **columns: NDArray[np.generic]) -> None:
        for name, values in columns.items():
            into.setdefault(name, []).append(values)

    classes = fitted.classes_.astype(np.int64)
    for place, estimator in enumerate(fitted.estimators_):
        tree = estimator.tree_
        leaf = tree.children_left == _LEAF
        put(
            nodes,
            treeids=np.full(tree.node_count, place),
            nodeids=np.arange(tree.node_count),
            featureids=np.where(leaf, 0, tree.feature),
            values=np.where(leaf, 0, _not_above(tree.threshold)),
            truenodeids=np.where(leaf, 0, tree.children_left),
            falsenodeids=np.where(leaf, 0, tree.children_right),
            modes=np.where(leaf, "LEAF", "BRANCH_LEQ"),
        )
        shares = tree.value[:, 0, :] / tree.value[:, 0, :].sum(axis=1, keepdims=True)
        where, which = np.nonzero((shares > 0) & leaf[:, None])
        put(
            leaves,
            treeids=np.full(where.size, place),
            nodeids=where,
            ids=classes[which],
            weights=shares[where, which] / len(fitted.estimators_),
        )
    told = {f"nodes_{name}": np.concatenate(parts).tolist() for name, parts in nodes.items()}
    told |= {f"target_{name}": np.concatenate(parts).tolist() for name, parts in leaves.items()}
    node = helper.make_node(
        "TreeEnsembleRegressor", ["x"], ["belief"], domain="ai.onnx.ml", n_targets=labels, **told
    )
    return _model([node], {}, fitted.n_features_in_, labels)


def _not_above(thresholds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the greatest float32 at or below each, so that `<=` parts the same float32 inputs."""
    near = thresholds.astype(np.float32)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near)


def net(fitted: MLPClassifier, mean: Floats, spread: Floats, limit: float, labels: int) -> bytes:
    """Return the graph of a net of one hidden layer over inputs that are standardised first.

    Inputs count within `limit` spreads of their mean.
    """
    (inner, outer), (inner_bias, outer_bias) = fitted.coefs_, fitted.intercepts_
    whole = np.zeros((outer.shape[0], labels))
    bias = np.full(labels, -30.0)  # a label that was never seen is as good as impossible
    whole[:, fitted.classes_], bias[fitted.classes_] = outer, outer_bias
    constants = {
        "mean": mean,
        "spread": spread,
        "least": np.array(-limit),
        "most": np.array(limit),
        "inner": inner,
        "inner_bias": inner_bias,
        "outer": whole,
        "outer_bias": bias,
    }
    steps = [
        helper.make_node("Sub", ["x", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "spread"], ["standard"]),
        helper.make_node("Clip", ["standard", "least", "most"], ["clipped"]),
        helper.make_node("Gemm", ["clipped", "inner", "inner_bias"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["bent"]),
        helper.make_node("Gemm", ["bent", "outer", "outer_bias"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["belief"], axis=1),
    ]
    return _model(steps, constants, mean.size, labels)


def _model(
    nodes: Sequence[NodeProto], constants: dict[str, Floats], features: int, labels: int
) -> bytes:
    graph = helper.make_graph(
        nodes,
        "activity",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, features])],
        [helper.make_tensor_value_info("belief", TensorProto.FLOAT, [None, labels])],
        [numpy_helper.from_array(v.astype(np.float32), name) for name, v in constants.items()],
    )
    made: ModelProto = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)],
        ir_version=9,
    )
    return bytes(made.SerializeToString())
