package dev.bantam.models;

import dev.bantam.spi.ModelReference;
import java.util.List;

/**
 * What a collection of garbage has removed, or would remove.
 *
 * @param versions of models, name and version
 * @param downloads models whose unfinished download was given up
 * @param files number of files in the store that no model needs
 * @param bytes that are free again, those of downloads included
 * @param skipped models that another process is changing; theirs stays for now
 * @param filesStay whether files stay for now, because an import or a pull is going on
 */
public record Garbage(
    List<ModelReference> versions,
    List<String> downloads,
    int files,
    long bytes,
    List<String> skipped,
    boolean filesStay) {

  public Garbage {
    versions = List.copyOf(versions);
    downloads = List.copyOf(downloads);
    skipped = List.copyOf(skipped);
  }
}
