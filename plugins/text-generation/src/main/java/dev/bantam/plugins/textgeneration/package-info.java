/**
 * The plugin {@code text-generation}: tasks {@code chat}, {@code complete}, {@code summarize},
 * {@code translate} and {@code answer} over decoder-only models. Enter by {@link
 * dev.bantam.plugins.textgeneration.TextGenerationPlugin}.
 *
 * <p>Each task's prompt is a Jinja file, {@code prompts/<task>.jinja}, that a file of the same name
 * in {@link dev.bantam.spi.LoadContext#resourceOverrides()} replaces. What a client sends is quoted
 * before it goes into a prompt, so it can never become one of the model's special tokens.
 *
 * <p>Threads: a loaded model is shared by all requests; what belongs to a request lives in its
 * call.
 */
@NullMarked
package dev.bantam.plugins.textgeneration;

import org.jspecify.annotations.NullMarked;
