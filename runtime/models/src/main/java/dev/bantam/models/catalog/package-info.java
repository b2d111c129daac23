/**
 * The models that can be pulled by name: those that Bantam ships the addresses of, and those that a
 * site adds. Enter by {@link dev.bantam.models.catalog.Catalog}. Threads: everything is immutable.
 */
@NullMarked
package dev.bantam.models.catalog;

import org.jspecify.annotations.NullMarked;
