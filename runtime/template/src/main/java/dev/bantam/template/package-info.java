/**
 * A small Jinja: the language of models' chat templates, of a plugin's prompts and of routes. A
 * template is hostile input: its output, depth and time are bounded, and it reaches nothing but the
 * values that it is given. Enter by {@link dev.bantam.template.JinjaTemplate}.
 *
 * <p>Threads: a compiled template is immutable; each rendering belongs to one thread.
 */
@NullMarked
package dev.bantam.template;

import org.jspecify.annotations.NullMarked;
