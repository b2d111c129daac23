package dev.bantam.spi;

/**
 * One request as a plugin sees it.
 *
 * @param task the task asked for, one of {@link Plugin#tasks()}
 * @param body the decoded payload
 * @param limits how much the device allows it
 */
public record TaskRequest(String task, RequestBody body, RequestLimits limits) {

  /** Without limits. */
  public TaskRequest(String task, RequestBody body) {
    this(task, body, RequestLimits.NONE);
  }
}
