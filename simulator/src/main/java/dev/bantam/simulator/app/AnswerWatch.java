package dev.bantam.simulator.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.simulator.schedule.Request;

/** Is told of each whole answer. Called on the applications' Vert.x context; must not block. */
public interface AnswerWatch {

  /**
   * A request has its first whole answer.
   *
   * @param body its JSON
   * @param fromNanos what its latency is counted from, by {@code System.nanoTime}
   * @param nowNanos when it came, likewise
   */
  void answered(Request request, JsonNode body, long fromNanos, long nowNanos);
}
