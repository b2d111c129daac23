package dev.bantam.runtime.config;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells whether files are the same as before, by their names, sizes, times and identities. */
public final class FileStamps {

  /** Folders of prompts and plugins are flat. */
  private static final int DEPTH = 4;

  private FileStamps() {}

  /** Of a file, or of all files in a folder; one that is not there has a stamp too. Blocking. */
  public static String of(Path path) {
    try (Stream<Path> files = Files.walk(path, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      return files.sorted().map(FileStamps::one).collect(Collectors.joining("\n"));
    } catch (IOException | java.io.UncheckedIOException e) {
      return path + " " + e.getClass().getSimpleName();
    }
  }

  private static String one(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.isDirectory()
          ? file.toString()
          : "%s %d %s %s".formatted(file, found.size(), found.lastModifiedTime(), found.fileKey());
    } catch (IOException e) {
      return file + " " + e.getClass().getSimpleName();
    }
  }
}
