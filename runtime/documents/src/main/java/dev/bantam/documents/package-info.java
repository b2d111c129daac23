/**
 * Documents that users write in YAML: a site's configuration, device profiles, scenarios. Enter by
 * {@link dev.bantam.documents.DocumentReader}, which checks a document against its JSON Schema; all
 * problems are reported at once, each with file, line and the valid alternatives. Threads: readers
 * and what they return are immutable; any thread.
 */
@NullMarked
package dev.bantam.documents;

import org.jspecify.annotations.NullMarked;
