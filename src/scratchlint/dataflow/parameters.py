"""Which parameters an argument reaches."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir

Access = tuple[str, ...]


def reached_parameters(
    call: ir.Call, argument: ir.Argument, function: ir.Function, access: Access
) -> Iterator[tuple[ir.Parameter, Access]]:
    """Yield each parameter that an argument may fill, with the access path of the value in it.

    Positions, keywords, rest and keyword-rest parameters, and spread arguments are followed.
    """
    plain = [parameter for parameter in function.parameters if parameter.kind == "plain"]
    rest = next((parameter for parameter in function.parameters if parameter.kind == "rest"), None)
    keywords = next((parameter for parameter in function.parameters if parameter.kind == "keywords"), None)
    if argument.name is not None:
        named = next((parameter for parameter in plain if parameter.name == argument.name), None)
        if named is not None:
            yield named, access
        elif keywords is not None:
            yield keywords, (argument.name, *access)
        return
    positional = [other for other in call.arguments if other.name is None]
    number = positional.index(argument)
    if argument.spread:
        if not access:
            return
        key, access = access[0], access[1:]
        if key.isdigit():
            number += int(key)
        else:
            yield from ((parameter, access) for parameter in plain if parameter.name == key)
            return
    if number < len(plain):
        yield plain[number], access
    elif rest is not None:
        yield rest, (str(number - len(plain)), *access)
