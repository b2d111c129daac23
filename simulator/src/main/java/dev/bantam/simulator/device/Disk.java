package dev.bantam.simulator.device;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file system in memory, mounted on a folder. Blocking.
 *
 * @param folder where it is mounted
 */
record Disk(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
  private static final String FILLER = "filler";
  private static final int CHUNK = 64 * 1024;

  /** Mounts it; needs root. */
  static Disk mount(Path folder, long bytes) throws IOException, SetupException {
    Files.createDirectories(folder);
    List<String> answer = new ArrayList<>();
    int status =
        run(
            answer,
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=%d,mode=0755".formatted(bytes),
            "bantam-sim",
            folder.toString());
    if (status != 0) {
      throw new SetupException(
          "a small file system cannot be mounted here (%s); it needs root: run it with sudo, or take disk and disk-full out of the scenario"
              .formatted(String.join(" ", answer)));
    }
    return new Disk(folder);
  }

  private static int run(List<String> answer, String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    answer.addAll(process.inputReader().lines().toList());
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /** Writes a file until there is no room for another byte. */
  void fill() throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (OutputStream out = Files.newOutputStream(folder.resolve(FILLER))) {
      for (int size = CHUNK; size > 0; ) {
        try {
          out.write(chunk, 0, size);
        } catch (IOException full) {
          size /= 2;
        }
      }
    } catch (IOException full) {
      LOG.debug("{} is full", folder, full);
    }
  }

  /** Makes the room free again. */
  void free() throws IOException {
    Files.deleteIfExists(folder.resolve(FILLER));
  }

  /** Takes it away, even where a process still uses it. */
  void unmount() {
    List<String> answer = new ArrayList<>();
    try {
      if (run(answer, "umount", folder.toString()) != 0) {
        run(answer, "umount", "-l", folder.toString());
      }
    } catch (IOException e) {
      answer.add(String.valueOf(e.getMessage()));
    }
    if (!answer.isEmpty()) {
      LOG.warn("unmounting {}: {}", folder, String.join(" ", answer));
    }
  }
}
