package dev.bantam.models.importer.onnx;

/**
 * A place of a graph's file that changes when external data get another name.
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
}
