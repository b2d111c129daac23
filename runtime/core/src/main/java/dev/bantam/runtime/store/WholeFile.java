package dev.bantam.runtime.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files that are replaced as a whole. Any thread. */
public final class WholeFile {

  private WholeFile() {}

  /**
   * Replaces a file, or makes it, with its folders. A reader, or a power cut, finds the old one or
   * the new one, whole. Blocking; forced to the disk.
   */
  public static void write(Path target, byte[] bytes) throws IOException {
    Path draft = target.resolveSibling(target.getFileName() + ".draft");
    Path folder = target.resolveSibling("");
    Files.createDirectories(folder);
    Files.write(draft, bytes);
    force(draft, StandardOpenOption.WRITE);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(folder, StandardOpenOption.READ);
  }

  private static void force(Path file, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(file, option)) {
      channel.force(true);
    }
  }
}
