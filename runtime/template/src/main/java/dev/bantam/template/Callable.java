package dev.bantam.template;

/** Something that a template may call: a macro, a method, a global function. */
@FunctionalInterface
interface Callable {

  Object call(Arguments arguments);
}
