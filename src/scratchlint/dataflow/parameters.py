"""Which parameters an argument reaches, and which arguments fill a parameter."""

from __future__ import annotations

from collections.abc import Iterator

from scratchlint.core import ir

Access = tuple[str, ...]


def reached_parameters(
    call: ir.Call, argument: ir.Argument, function: ir.Function, access: Access, skipped: int = 0
) -> Iterator[tuple[ir.Parameter, Access]]:
    """Yield each parameter that an argument may fill, with the access path of the value in it.

    Positions, keywords, rest and keyword-rest parameters, and spread arguments are followed.
    `skipped` are the first positional arguments that are not the function's: its object, or, when
    another callable passes them on, the function itself.
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
    number = positional.index(argument) - skipped
    if number < 0:
        return
    if argument.spread:
        if not access:
            return
        key, access = access[0], access[1:]
        if key.isdigit():
            number += int(key)
        elif key == "*":
            yield from ((parameter, access) for parameter in plain[number:])
            if rest is not None:
                yield rest, ("*", *access)
            return
        else:
            known = [parameter for parameter in plain if parameter.name == key]
            yield from ((parameter, access) for parameter in known)
            if not known and keywords is not None:
                yield keywords, (key, *access)
            return
    if number < len(plain):
        yield plain[number], access
    elif rest is not None:
        yield rest, (str(number - len(plain)), *access)


def given(call: ir.Call, function: ir.Function, parameter: ir.Parameter, skipped: int = 0) -> ir.Expr | None:
    """Return the argument that a call gives for a parameter, None when it is not one whole argument."""
    for argument in call.arguments:
        if not argument.spread:
            for reached, access in reached_parameters(call, argument, function, (), skipped):
                if reached is parameter and not access:
                    return argument.value
    return None


def is_unbound(call: ir.Call, function: ir.Function) -> bool:
    """Whether a call passes the object of a method as its first argument: `Base.__init__(self)`."""
    positional = [argument for argument in call.arguments if argument.name is None]
    first = positional[0].value if positional else None
    takes = bool(function.parameters) and function.parameters[0].kind == "self"
    return takes and isinstance(first, ir.Ref) and first.name in ("self", "cls")
