/**
 * {@code bantam health}. Enter by {@link dev.bantam.runtime.cli.health.HealthCommand}. Threads: the
 * main thread does all.
 */
@NullMarked
package dev.bantam.runtime.cli.health;

import org.jspecify.annotations.NullMarked;
