package dev.bantam.models.importer.onnx;

/**
 * A place of a graph's file that changes.
 *
 * @param offset byte of the file
 * @param length bytes that go
 */
sealed interface Edit {

  long offset();

  int length();

  /** The length of an enclosing message or string. */
  record Length(long offset, int length, long value) implements Edit {}

  /** The name of a file, of which another comes. */
  record Location(long offset, int length, String file) implements Edit {}

  /** A message of which others come, or nothing. */
  record Replaced(long offset, int length, byte[] bytes) implements Edit {}
}
