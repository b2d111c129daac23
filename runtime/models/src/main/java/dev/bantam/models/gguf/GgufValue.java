package dev.bantam.models.gguf;

import java.util.List;

/** A value of a GGUF's metadata. */
public sealed interface GgufValue {

  /** What error messages call this kind of value. */
  String kind();

  /**
   * Any integer type. An unsigned 64-bit value above {@link Long#MAX_VALUE} shows as a negative
   * one.
   */
  record Whole(long value) implements GgufValue {
    @Override
    public String kind() {
      return "a whole number";
    }
  }

  /** A floating-point number. */
  record Real(double value) implements GgufValue {
    @Override
    public String kind() {
      return "a floating-point number";
    }
  }

  /** A boolean. */
  record Flag(boolean value) implements GgufValue {
    @Override
    public String kind() {
      return "a boolean";
    }
  }

  /** A string. */
  record Text(String value) implements GgufValue {
    @Override
    public String kind() {
      return "a string";
    }
  }

  /** A list of integers or booleans (0, 1). */
  final class Wholes implements GgufValue {
    private final long[] values;

    Wholes(long[] values) {
      this.values = values;
    }

    public int size() {
      return values.length;
    }

    public long get(int index) {
      return values[index];
    }

    @Override
    public String kind() {
      return "a list of whole numbers";
    }
  }

  /** A list of floating-point numbers. */
  final class Reals implements GgufValue {
    private final double[] values;

    Reals(double[] values) {
      this.values = values;
    }

    public int size() {
      return values.length;
    }

    public double get(int index) {
      return values[index];
    }

    @Override
    public String kind() {
      return "a list of floating-point numbers";
    }
  }

  /** A list of strings. */
  record Texts(List<String> values) implements GgufValue {
    @Override
    public String kind() {
      return "a list of strings";
    }
  }

  /** A list of lists. */
  record Lists(List<GgufValue> values) implements GgufValue {
    @Override
    public String kind() {
      return "a list of lists";
    }
  }
}
