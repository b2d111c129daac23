/**
 * Text to token ids and back. Enter by {@link dev.bantam.inference.tokenizer.Tokenizer} for a
 * decoder, by {@link dev.bantam.inference.tokenizer.TextTokenizer} for an encoder. Threads: a
 * tokenizer is shared by all requests; a {@link dev.bantam.inference.tokenizer.TokenTextStream}
 * belongs to one.
 */
@NullMarked
package dev.bantam.inference.tokenizer;

import org.jspecify.annotations.NullMarked;
