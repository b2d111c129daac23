package dev.bantam.inference.selftest;

import java.util.Arrays;
import java.util.List;

/**
 * A graph over one kernel, and what must come out of it.
 *
 * @param name of the kernel, for people
 * @param graph name of the graph's resource
 * @param operators the operators that need the kernel; those whose kernel depends on bits of
 *     weights or of a KV cache with ":" and these
 * @param inputs by their names
 * @param outputs by their names
 */
record KernelCase(
    String name, String graph, List<String> operators, List<Input> inputs, List<Output> outputs) {

  KernelCase {
    operators = List.copyOf(operators);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** What an input's elements are. */
  enum Type {
    FLOAT,
    INT8,
    INT32,
    INT64
  }

  /**
   * An input.
   *
   * @param shape its dimensions
   * @param values in row-major order
   */
  @SuppressWarnings("ArrayRecordComponent") // one tensor, handed over once
  record Input(String name, Type type, long[] shape, double[] values) {

    float[] floats() {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }

    byte[] bytes() {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) values[i];
      }
      return bytes;
    }

    int[] ints() {
      return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    }

    long[] longs() {
      return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
    }
  }

  /**
   * An output, of floats or of signed bytes.
   *
   * @param tolerance how far an element may be from what is expected
   * @param values expected, in row-major order
   */
  @SuppressWarnings("ArrayRecordComponent") // one tensor, handed over once
  record Output(String name, double tolerance, double[] values) {}
}
