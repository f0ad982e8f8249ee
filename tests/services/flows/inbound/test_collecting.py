import gc

import pytest

from services.flows.inbound.collecting import uncollected


def test_the_collector_rests_while_a_batch_is_filed() -> None:
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_two_batches_at_once_leave_it_as_it_was() -> None:
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_a_batch_that_fails_leaves_it_as_it_was() -> None:
    with pytest.raises(ValueError), uncollected():
        raise ValueError
    assert gc.isenabled()


def test_where_it_is_switched_off_it_stays_so() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
