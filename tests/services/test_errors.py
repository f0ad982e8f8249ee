"""The tree drawn in the docstring is the tree there is."""

import inspect

from services import errors


def test_every_error_stands_in_the_drawing() -> None:
    drawn = errors.__doc__ or ""
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.Error)]
    assert len(kinds) >= 9
    for kind in kinds:
        assert kind.__name__ in drawn
        assert kind.code == kind.code.lower()
