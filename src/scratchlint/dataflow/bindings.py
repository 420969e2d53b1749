"""What names, objects, parameters and returns do with a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scratchlint.core import ir
from scratchlint.dataflow.calls import Calls
from scratchlint.dataflow.classes import is_getter, is_self
from scratchlint.dataflow.demand import Known
from scratchlint.dataflow.embedded import argument_uses
from scratchlint.dataflow.environment import Environment
from scratchlint.dataflow.fact import Access, Fact
from scratchlint.dataflow.fields import Fields
from scratchlint.dataflow.links import WHOLE, settings_home
from scratchlint.dataflow.named_settings import NamedSettings
from scratchlint.dataflow.objects import Objects
from scratchlint.dataflow.program import Program
from scratchlint.dataflow.scopes import Binding
from scratchlint.dataflow.setting_readers import SettingReaders
from scratchlint.dataflow.settings import Settings
from scratchlint.dataflow.worklist import Worklist


class Bindings:
    """Follows a path into and out of what holds it."""

    def __init__(self, program: Program, calls: Calls, fields: Fields, environment: Environment) -> None:
        self._program = program
        self._calls = calls
        self._fields = fields
        self._environment = environment
        self.objects = Objects(program, calls)
        self._settings = Settings(program)
        self._setting_readers = SettingReaders(program, calls)
        self._named_settings = NamedSettings(program, calls)
        self._reads: Known[tuple[ir.Node, Binding], list[ir.Ref]] = {}

    def assign(self, work: Worklist, fact: Fact, target: ir.Expr, write: ir.Node) -> None:
        """Follow a value into what a Bind or Parameter writes."""
        match target:
            case ir.Ref():
                self._assign_name(work, fact, target, write)
            case ir.Field():
                self._assign_field(work, fact, target)
            case ir.Env(name=name):
                fact = fact.told(target.span, "assigned", f"set as `{name}`", (name,), ("environment",))
                work.use(fact, write, "sets", name)
                self._among_arguments(work, fact, name, write)
                self.into_environment(work, fact, name, write)
                if self._settings.is_setting(write):
                    self._settings.variable(work, fact, name, write)
            case ir.Record(entries=entries):
                for entry in entries:
                    if entry.spread:
                        self.assign(work, fact, entry.value, write)
                    elif fact.access and fact.access[0] in (entry.key, "*"):
                        self.assign(work, replace(fact, access=fact.access[1:]), entry.value, write)
            case ir.Either(choices=choices):
                self.assign(work, fact, choices[0], write)

    def _assign_name(self, work: Worklist, fact: Fact, target: ir.Ref, write: ir.Node) -> None:
        binding = self._program.binding.get(target)
        if binding is None:
            return
        if target.name == WHOLE and isinstance(write, ir.Bind) and write.exported:
            for name, access in (
                (WHOLE, fact.access),
                (fact.access[0] if fact.access else WHOLE, fact.access[1:]),
            ):
                self._exported(work, replace(fact, access=access), target.span.file, name)
            if self._managed(work, fact, write):
                return
        if self._settings.is_setting(write):
            kept = self._settings.used(work, fact, target, write)
            self.read(work, kept, binding, write)
            self._configure(work, kept, target, write)
            return
        owner = binding.scope.node
        left = fact.left(write) if isinstance(owner, ir.Class) else ()
        if left:
            for back in left:
                work.push(back)
            return
        held = self._held(owner, write)
        fact = fact.told(write.span, "assigned", f"assigned to `{target.name}`", (target.name,), held)
        if held:
            work.use(fact, write, "sets", target.name)
        if "module" in held or "exported" in held:
            self._named_settings.constant(work, fact, target, write)
        self.read(work, fact, binding, write)
        if "environment" in held:
            self._among_arguments(work, fact, target.name, write)
            self.into_environment(work, fact, target.name, write)
        if isinstance(owner, ir.Class):
            self.into_field(work, fact, owner, target.name)

    def _managed(self, work: Worklist, fact: Fact, write: ir.Bind) -> bool:
        """Follow what a JavaScript file declares for a process manager; False when it declares nothing."""
        keys = [key for key in fact.access if key != "*" and not key.isdigit()]
        variable = self._settings.managed_variable(write, keys)
        if variable is None:
            return self._settings.managed(work, replace(fact, access=()), write, keys)
        set_ = fact.told(write.span, "assigned", f"set as `{variable}`", (variable,), ("environment",))
        work.use(replace(set_, access=()), write, "sets", variable)
        self.into_environment(work, replace(set_, access=()), variable, write)
        return True

    def _configure(self, work: Worklist, fact: Fact, target: ir.Ref, write: ir.Node) -> None:
        """Continue where programs read a setting of a file, or import the file."""
        module = self._program.module_of(write)
        if module.written is not None:
            return  # no file of the repository
        path = module.path
        for outlet, access in self._setting_readers.reads(path, target.name):
            told = fact.told(outlet.span, "imported", f"read as the setting `{target.name}` of `{path}`")
            work.push(told.at(outlet, access=(*access, *fact.access)))
        first, *rest = target.name.split(".")
        self._exported(work, replace(fact, access=(*rest, *fact.access)), path, first)

    def _among_arguments(self, work: Worklist, fact: Fact, name: str, write: ir.Node) -> None:
        """Note a path among the arguments that a variable holds for a program: `DAEMON_OPTS="-l /tmp/x"`."""
        if not fact.mention or not isinstance(write, ir.Bind):
            return
        for action, api, role in argument_uses(name, write.value, work.site.text):
            work.use(replace(fact, mention=False), write, action, api, role)

    def into_environment(self, work: Worklist, fact: Fact, name: str, write: ir.Node) -> None:
        """Continue where programs read an environment variable."""
        if fact.access:
            return
        for outlet, access in self._environment.reads(name, write):
            reading = fact.told(outlet.span, "env", f"read from the environment as `{name}`")
            self.come_out(work, reading, outlet, access)
        for owner, field in self._environment.fields(name, write):
            reading = fact.told(field.span, "env", f"read from the environment as `{field.name}`")
            self.into_field(work, reading, owner, field.name)

    def come_out(self, work: Worklist, fact: Fact, outlet: ir.Expr | ir.Parameter, access: Access) -> None:
        """Continue where a setting or option comes out: at an expression or as a parameter."""
        fact = replace(fact, access=(*access, *fact.access))
        if not isinstance(outlet, ir.Parameter):
            work.push(fact.at(outlet))
            return
        function = outlet.parent
        if isinstance(function, ir.Function):
            self.into_parameter(work, fact, function, outlet)

    def _held(self, owner: ir.Node, write: ir.Node) -> tuple[str, ...]:
        """Return what kind of lasting place a name is; a script's variable is none."""
        language = self._program.module_of(write).language
        if isinstance(owner, ir.Class):
            return ("class",)
        if isinstance(write, ir.Bind) and write.exported:
            return ("environment",) if language in ("shell", "dotenv", "dockerfile") else ("exported",)
        if language == "shell" and isinstance(owner, ir.Module) and self._is_handed_on(write):
            return ("environment",)
        if isinstance(owner, ir.Module) and language not in ("shell", "dockerfile"):
            return ("module",)
        return ()

    def _is_handed_on(self, write: ir.Node) -> bool:
        """Whether a script exports, by a command of its own, what a statement sets."""
        match write:
            case ir.Bind(target=ir.Ref(name=name)):
                return self._environment.is_exported(write, name)
        return False

    def read(self, work: Worklist, fact: Fact, binding: Binding, write: ir.Node) -> None:
        """Continue at every read that a write reaches."""
        work.spread(fact, self._reached(write, binding))
        owner = binding.scope.node
        if isinstance(owner, ir.Module) and owner.written is not None:
            return
        if isinstance(owner, ir.Module) and owner.language in ("shell", "dotenv"):
            self._shared(work, fact, binding, write)
            return
        exported = isinstance(owner, ir.Module) and self._is_exported(owner, binding)
        if exported and self._program.survives(write, binding):
            self._exported(work, fact, owner.span.file, binding.name)

    def _reached(self, write: ir.Node, binding: Binding) -> list[ir.Ref]:
        """Return the reads of a name in its own file that a write reaches."""

        def find() -> list[ir.Ref]:
            hides = self._calls.sourcing.hides
            return [read for read in self._program.reached(write, binding) if not hides(write, read, binding)]

        return self._calls.links.demand.remembered(self._reads, (write, binding), find)

    def _shared(self, work: Worklist, fact: Fact, binding: Binding, write: ir.Node) -> None:
        """Continue in the scripts that share the variables of this one."""
        origin = work.site.span.file
        for read in self._calls.sourcing.shared_reads(write, binding, origin):
            shared = fact.told(read.span, "imported", f"shared as `{binding.name}`")
            work.push(shared.at(read))

    def _is_exported(self, module: ir.Module, binding: Binding) -> bool:
        return module.language == "python" or any(
            isinstance(write, ir.Bind) and write.exported for write in binding.writes
        )

    def _exported(self, work: Worklist, fact: Fact, path: str, name: str) -> None:
        """Continue in the files that import a name of this one."""
        field = fact.access[0] if fact.access and fact.access[0] != "*" else ""
        if field and self._calls.is_instance(path, name):
            field = ""
        for binding, access in self._calls.links.readers(path, name, field):
            for read in self._program.reads_of(binding):
                imported = fact.told(read.span, "imported", f"imported as `{binding.name}`")
                work.push(imported.at(read, access=(*access, *fact.access)))
        self._configured(work, fact, path, name)

    def _configured(self, work: Worklist, fact: Fact, path: str, name: str) -> None:
        """Continue where the programs of a Django project read one of its settings."""
        home = settings_home(path)
        if home is None or not name.isupper():
            return
        self._calls.links.demand.variable(name)
        for binding in self._calls.links.imports_of("django.conf", "settings"):
            for read in self._program.reads_of(binding):
                if read.span.file.startswith(home):
                    told = fact.told(read.span, "imported", f"read as a setting of `{path}`")
                    work.push(told.at(read, access=(name, *fact.access)))

    def _assign_field(self, work: Worklist, fact: Fact, target: ir.Field) -> None:
        """Follow `base.name = value` into the object that `base` is, else into all of its class."""
        name = target.name or "*"
        if target.name in fact.access:
            return  # an object that holds itself
        fact = fact.told(target.span, "field", f"kept in `{name}`", (name,))
        self._named_settings.attribute(work, fact, target)
        if self.into_object(work, fact, target.base, (name, *fact.access)):
            work.use(self._kept(fact, target), target, "sets", name)
            return
        access, base = fact.access, target
        while isinstance(base, ir.Field):
            owner = self._calls.class_of(base.base)
            if owner is not None and base.name is not None:
                kept = replace(fact, access=access, held=(*fact.held, "field"))
                self.into_field(work, kept, owner, base.name)
                return
            access = (base.name or "*", *access)
            inner = base.base
            if not isinstance(inner, ir.Field):
                break
            base = inner
        root = base.base
        if isinstance(root, ir.Ref) and not is_self(root):
            self._into_name(work, fact, target, root, access)

    def _kept(self, fact: Fact, target: ir.Field) -> Fact:
        """Note that an object of a class keeps the path."""
        known = is_self(target.base) or self._calls.class_of(target.base) is not None
        return replace(fact, held=(*fact.held, "field")) if known else fact

    def _into_name(
        self, work: Worklist, fact: Fact, target: ir.Field, root: ir.Ref, access: tuple[str, ...]
    ) -> None:
        """Follow a path into a named object of which nothing is known: to the other reads of the name."""
        binding = self._program.binding.get(root)
        if binding is None and root.name == WHOLE:
            self._exported(work, replace(fact, access=access[1:]), target.span.file, access[0])
        held = fact.held if binding is not None else (*fact.held, "exported")
        work.use(replace(fact, held=held), target, "sets", target.name or "*")
        for read in self._program.reads_of(binding) if binding is not None else ():
            if read is not root:
                work.push(fact.at(read, access=access))
        for write in binding.writes if binding is not None else ():
            path = self._calls.links.namespace(write) if isinstance(write, ir.Import) else None
            if path is not None:
                self._exported(work, replace(fact, access=access[1:]), path, access[0])

    def into_object(self, work: Worklist, fact: Fact, base: ir.Expr, access: tuple[str, ...]) -> bool:
        """Follow a path into an object to wherever that object is; False when nothing made it in sight."""
        kept = replace(fact, access=access)
        if is_self(base):
            method = self._calls.method_around(base)
            selves = self.objects.selves(method) if method is not None else ()
            work.spread(kept, (read for read in selves if read is not base))
        made = self.objects.made(base, fact.context)
        for maker, context in made:
            work.push(replace(kept, node=maker, context=context))
            owner = self.objects.owner(maker)
            for method in self.objects.unentered(owner) if owner is not None else ():
                work.spread(replace(kept, context=None), self.objects.selves(method))
            if owner is not None:
                self._calls.links.ask_readers(owner)
        return bool(made)

    def into_receiver(self, work: Worklist, fact: Fact, receiver: ir.Expr, access: tuple[str, ...]) -> None:
        """Follow a path into the collection that a method puts it in."""
        if not self.into_object(work, fact, receiver, access) and isinstance(receiver, ir.Ref):
            binding = self._program.binding.get(receiver)
            for read in self._program.reads_of(binding) if binding is not None else ():
                if read is not receiver:
                    work.push(fact.at(read, access=access))

    def into_field(self, work: Worklist, fact: Fact, owner: ir.Class, name: str) -> None:
        """Continue at every read of a field of a class, whatever the object."""
        work.use(fact, fact.node, "sets", name)
        for read in self._fields.reads(owner, name):
            work.push(self._imported(fact, read, owner).at(read))
        for call in self._calls.constructions(owner):
            work.push(replace(fact.at(call), access=(name, *fact.access), context=None))
        self._calls.links.ask_readers(owner)

    def _imported(self, fact: Fact, read: ir.Field, owner: ir.Class) -> Fact:
        """Note the import through which a field of a class is read in another file."""
        root: ir.Expr = read.base
        while isinstance(root, ir.Field | ir.Call):
            root = root.base if isinstance(root, ir.Field) else root.function
        binding = self._program.binding.get(root) if isinstance(root, ir.Ref) else None
        if binding is None or read.span.file == owner.span.file:
            return fact
        if any(isinstance(write, ir.Import) for write in binding.writes):
            return fact.told(read.span, "imported", f"imported as `{binding.name}`")
        return fact

    def received(self, work: Worklist, fact: Fact, field: ir.Field, call: ir.Call) -> bool:
        """Follow an object into the method that is called on it; False when it has none of that name."""
        methods = [found for found in self._calls.callees(call) if isinstance(found, ir.Function)]
        if not methods and field.name is not None:
            methods = self._fields.methods(field.name, fact.access[0])
        for method in methods:
            inside = work.enter(fact, call, method, "self")
            work.spread(inside, self.objects.selves(method))
        return bool(methods)

    def got(self, work: Worklist, fact: Fact, field: ir.Field) -> None:
        """Follow an object into the getter that a read of its property runs."""
        getter = self._calls.getter(field)
        if getter is not None:
            selves = self.objects.selves(getter)
            work.spread(work.enter(fact, field, getter, "self"), selves)

    def defaulted(self, work: Worklist, fact: Fact, parameter: ir.Parameter) -> None:
        """Follow the default of a parameter into its function."""
        function = parameter.parent
        if not isinstance(function, ir.Function):
            return
        note = f"default of parameter `{parameter.name}`"
        fact = fact.told(parameter.span, "defaulted", note, (parameter.name,), ("default",))
        self.into_parameter(work, fact, function, parameter)

    def into_parameter(
        self, work: Worklist, fact: Fact, function: ir.Function, parameter: ir.Parameter
    ) -> None:
        """Continue where a function reads one of its parameters."""
        if parameter.target is not None:
            self.assign(work, fact, parameter.target, parameter)
        elif parameter.name:
            self.read(work, fact, self._program.scope[function].declare(parameter.name), parameter)

    def returned(self, work: Worklist, fact: Fact, parent: ir.Return) -> None:
        """Give a value back to the call it came from, or to every caller when it was born inside."""
        function = self._program.function_of(parent)
        if function is None:
            return
        names = (function.name,) if function.name else ()
        fact = fact.told(parent.span, "returned", f"returned by `{function.name or 'a function'}()`", names)
        left = fact.left(function)
        for call, entry in self._calls.taking(function):
            access = {"mapped": ("*", *fact.access), "returned": fact.access}.get(entry.gives)
            if access is not None:
                for back in left or [fact.at(call)]:
                    if back.node is call:
                        work.push(replace(back, access=access))
        if left:
            for back in left:
                if not isinstance(back.node, ir.Call) or self._calls.callees(back.node):
                    work.push(back)
            return
        callers = self._calls.callers(function)
        work.spread(fact, callers)
        work.spread(fact, self._property_reads(function))
        self._calls.links.ask_readers(function)
        if not callers:
            work.use(fact, parent, "returns", function.name)

    def _property_reads(self, function: ir.Function) -> Iterator[ir.Expr]:
        """Yield the reads of a getter."""
        owner = function.parent
        if isinstance(owner, ir.Class) and is_getter(function):
            yield from self._fields.reads(owner, function.name)
