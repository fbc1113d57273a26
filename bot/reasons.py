"""An error for the log: what went wrong and where. Its own text may repeat what somebody wrote."""

from __future__ import annotations


def reason_of(error: BaseException) -> str:
    """The type of an error and the line that raised it, without anybody's words."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"
