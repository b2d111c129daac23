package dev.bantam.runtime.swap;

import dev.bantam.spi.RequestBody;
import java.util.List;

/**
 * A request whose answer is known: a new model must answer it before it serves.
 *
 * @param task the task
 * @param request the request's fields
 * @param expectation what the answer must be like
 */
public record Canary(String task, RequestBody request, Expectation expectation) {

  /** What is wrong with an answer. */
  @FunctionalInterface
  public interface Expectation {

    /**
     * @return empty if the answer is as it must be
     */
    List<String> problems(dev.bantam.spi.TaskResult answer);
  }
}
