package dev.bantam.models;

/**
 * How far a variant's answers are from those of the floats that it was made of.
 *
 * @param against the variant that it is compared with
 * @param meanCosine between the answers of both to one text, mean over the texts; 1 if they are the
 *     same
 * @param leastCosine the least of all texts
 * @param texts that both were given
 */
public record VariantError(String against, double meanCosine, double leastCosine, int texts) {}
