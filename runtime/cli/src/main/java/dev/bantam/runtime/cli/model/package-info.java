/**
 * The commands about models: what is installed, pulled, imported, measured. Enter by {@link
 * dev.bantam.runtime.cli.model.ModelCommand}. Threads: the main thread.
 */
@NullMarked
package dev.bantam.runtime.cli.model;

import org.jspecify.annotations.NullMarked;
