package dev.bantam.runtime.device;

import dev.bantam.runtime.store.RecordJson;
import dev.bantam.runtime.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a device's record lies: {@code device.json} in {@code BANTAM_HOME}.
 *
 * @param path the file
 */
public record DeviceRecordFile(Path path) {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceRecordFile.class);

  /** That of a home. */
  public static DeviceRecordFile in(Path home) {
    return new DeviceRecordFile(home.resolve("device.json"));
  }

  /** The record, if there is one that holds for this machine and this software. Blocking. */
  public Optional<DeviceRecord> read(Map<String, String> machine) {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      DeviceRecord found = RecordJson.MAPPER.readValue(path.toFile(), DeviceRecord.class);
      return Optional.of(found)
          .filter(record -> record.format() == DeviceRecord.FORMAT)
          .filter(record -> record.machine().equals(machine));
    } catch (IOException | NullPointerException e) {
      LOG.warn("{} cannot be read ({}); the self-test is made again", path, e.getMessage());
      return Optional.empty();
    }
  }

  /** Blocking. A record that cannot be written is made again at the next start. */
  public void write(DeviceRecord record) {
    try {
      WholeFile.write(path, RecordJson.MAPPER.writeValueAsBytes(record));
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", path, e.toString());
    }
  }

  /** As the file has it. */
  public static Map<String, ?> fields(DeviceRecord record) {
    return RecordJson.fields(record);
  }
}
