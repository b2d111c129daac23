/**
 * The kernel's files and addresses of this machine, as far as several features need them. Enter by
 * {@link dev.bantam.runtime.machine.SystemFiles}. Threads: everything may block, and keeps nothing.
 */
@NullMarked
package dev.bantam.runtime.machine;

import org.jspecify.annotations.NullMarked;
