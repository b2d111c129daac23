/**
 * File formats that one module writes and another reads, and rules that both hold to. JSON keys are
 * the component names in snake_case, an absent key is an empty {@link java.util.Optional} or
 * collection.
 */
@NullMarked
package dev.bantam.format;

import org.jspecify.annotations.NullMarked;
