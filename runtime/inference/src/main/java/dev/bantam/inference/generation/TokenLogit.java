package dev.bantam.inference.generation;

/**
 * A token and its logit.
 *
 * @param token id
 * @param logit the model's own, before any penalty
 */
public record TokenLogit(int token, float logit) {}
