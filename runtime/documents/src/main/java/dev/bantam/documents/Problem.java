package dev.bantam.documents;

/**
 * One thing that is wrong in a file that a user wrote.
 *
 * @param file the file as the user named it
 * @param line from 1
 * @param path where in the document, e.g. {@code mqtt.url}; empty for the whole
 * @param message what is wrong and what would be right
 */
public record Problem(String file, int line, String path, String message) {

  /** {@code file:line: path: message}, the form that editors jump to. */
  @Override
  public String toString() {
    return file + ":" + line + ": " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
