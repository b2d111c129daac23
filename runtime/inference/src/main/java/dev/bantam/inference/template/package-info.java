/**
 * Chat templates: a model's own Jinja turns messages into the prompt string. A template is hostile
 * input: its output, depth and time are bounded. Enter by {@code ChatTemplate}.
 */
@NullMarked
package dev.bantam.inference.template;

import org.jspecify.annotations.NullMarked;
