package dev.bantam.simulator.demo;

import dev.bantam.simulator.client.TaskResult;

/** Follows a demo, one sensor after the other. Called by the run's threads, never at once. */
public interface DemoListener {

  /** A sensor has sent its message. */
  void asked(DemoMessage message);

  /** A piece of the answer's text has come. */
  void text(String piece);

  /** The device has answered or refused. */
  void ended(TaskResult result);

  /**
   * No answer came.
   *
   * @param reason what went wrong
   */
  void failed(String reason);
}
