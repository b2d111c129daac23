/**
 * The model repository of one device. Enter by {@link dev.bantam.models.ModelRepository}: it pulls,
 * imports, lists, verifies and resolves models.
 *
 * <pre>{@code
 * ModelRepository repository = ModelRepository.open(home.resolve("models"));
 * repository.pull("smollm2-135m-instruct", event -> show(event));
 * ModelFiles files = repository.resolve(ModelReference.parse("smollm2-135m-instruct"));
 * }</pre>
 *
 * <p>Threads: every method blocks and may be called by any worker thread; processes that share a
 * repository exclude each other by file locks.
 */
@NullMarked
package dev.bantam.models;

import org.jspecify.annotations.NullMarked;
