package dev.bantam.spi;

/**
 * One request as a plugin sees it.
 *
 * @param task the task asked for, one of {@link Plugin#tasks()}
 * @param body the decoded payload
 */
public record TaskRequest(String task, RequestBody body) {}
