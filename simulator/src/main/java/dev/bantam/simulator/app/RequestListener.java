package dev.bantam.simulator.app;

import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.schedule.Request;

/** Follows requests. Called on the applications' Vert.x context; must not block for long. */
public interface RequestListener {

  /** A request is being sent, for the first time. */
  void asked(Request request);

  /** A piece of the answer's text has come; an answer that comes at once is one piece. */
  void text(Request request, String piece);

  /** The device has answered or refused, or the broker has no device. */
  void ended(Request request, TaskResult result);

  /** Nobody waits for the answer any more. */
  void lost(Request request);
}
