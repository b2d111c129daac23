package dev.bantam.spi;

/**
 * One request as a plugin sees it.
 *
 * @param task the task asked for, one of {@link Plugin#tasks()}
 * @param body the decoded payload
 * @param limits how much the device allows it
 * @param memory where a handler reserves what it is about to take
 */
public record TaskRequest(
    String task, RequestBody body, RequestLimits limits, RequestMemory memory) {

  /** One that may take what memory it likes. */
  public TaskRequest(String task, RequestBody body, RequestLimits limits) {
    this(task, body, limits, RequestMemory.UNBOUNDED);
  }

  /** Without limits. */
  public TaskRequest(String task, RequestBody body) {
    this(task, body, RequestLimits.NONE);
  }
}
