/**
 * Chat templates: a model's own Jinja turns messages into the prompt string. Enter by {@code
 * ChatTemplate}.
 */
@NullMarked
package dev.bantam.inference.template;

import org.jspecify.annotations.NullMarked;
