package dev.bantam.runtime.device;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.OptionalLong;

/**
 * What came of one kernel.
 *
 * @param name the kernel's
 * @param operators of graphs that need it, as {@code GraphOperators} names them
 * @param result how it ended
 * @param medianNanos time of a run in nanoseconds; empty unless it is right
 * @param detail what is wrong; empty if nothing is
 */
public record KernelReport(
    String name, List<String> operators, Result result, OptionalLong medianNanos, String detail) {

  public KernelReport {
    operators = List.copyOf(operators);
  }

  /** How a kernel ended. */
  public enum Result {
    /** With the expected results. */
    @JsonProperty("right")
    RIGHT,
    /** With other results, or an error. */
    @JsonProperty("wrong")
    WRONG,
    /** It ended the process. */
    @JsonProperty("crashed")
    CRASHED,
    /** It did not end. */
    @JsonProperty("timed_out")
    TIMED_OUT
  }

  static KernelReport right(String name, List<String> operators, long nanos) {
    return new KernelReport(name, operators, Result.RIGHT, OptionalLong.of(nanos), "");
  }

  static KernelReport failed(String name, List<String> operators, Result result, String detail) {
    return new KernelReport(name, operators, result, OptionalLong.empty(), detail);
  }

  /** Whether models may use it. */
  public boolean isRight() {
    return result == Result.RIGHT;
  }

  @Override
  public String toString() {
    return isRight() ? name + " is right" : "%s: %s".formatted(name, detail);
  }
}
