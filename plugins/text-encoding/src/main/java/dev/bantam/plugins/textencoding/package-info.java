/**
 * The plugin {@code text-encoding}: tasks {@code embed}, {@code similarity}, {@code classify},
 * {@code tag} and {@code answer-span} over encoders. Enter by {@link
 * dev.bantam.plugins.textencoding.TextEncodingPlugin}. Which of the tasks a model serves follows
 * from the head that it ends in.
 *
 * <p>Threads: a loaded model is shared by all requests; a request's thread reads it, cuts its texts
 * into tokens and waits while they are run together with those of other requests.
 */
@NullMarked
package dev.bantam.plugins.textencoding;

import org.jspecify.annotations.NullMarked;
