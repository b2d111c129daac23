/**
 * What people see while a command works: progress, phases, texts side by side. Enter by {@link
 * dev.bantam.runtime.cli.terminal.Terminal}. Threads: confined to the command's thread, but for
 * {@link dev.bantam.runtime.cli.terminal.SideBySide}, which says so.
 */
@NullMarked
package dev.bantam.runtime.cli.terminal;

import org.jspecify.annotations.NullMarked;
