/**
 * How the runtime is. Enter by {@link dev.bantam.runtime.health.StatusDocument}, which is also what
 * the retained status says. Threads: values are immutable.
 */
@NullMarked
package dev.bantam.runtime.health;

import org.jspecify.annotations.NullMarked;
