package dev.bantam.models.source;

/**
 * The file that a source shall deliver.
 *
 * @param file its name, for messages
 * @param size in bytes
 * @param sha256 in lower-case hexadecimal
 */
public record Wanted(String file, long size, String sha256) {}
