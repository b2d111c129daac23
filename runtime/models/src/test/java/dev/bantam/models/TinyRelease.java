package dev.bantam.models;

import dev.bantam.models.catalog.Catalog;
import dev.bantam.models.source.AllowedSources;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.store.Sha256;
import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.spi.ModelReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The release {@code tiny:2}, whose only file lies beside it. */
final class TinyRelease {

  static final byte[] FILE = "the model 2".getBytes(StandardCharsets.UTF_8);

  static final byte[] DOCUMENT =
      """
      {"format": 1, "name": "tiny", "version": "2", "description": "", "license": "MIT", "revision": 2,
       "file": "m.gguf", "size": %d, "sha256": "%s", "sources": [{"url": "m.gguf"}]}
      """
          .formatted(FILE.length, Sha256.of(FILE))
          .getBytes(StandardCharsets.UTF_8);

  private TinyRelease() {}

  static ModelOrder order(String source) {
    return new ModelOrder(
        ModelReference.parse("tiny"),
        Optional.of(source),
        Optional.of(Sha256.of(DOCUMENT)),
        Optional.empty(),
        false);
  }

  /** Orders it, of a repository that allows one place. */
  static InstalledModel obtain(
      Path root, String allowed, NetworkSettings network, ModelOrder order, PullListener listener)
      throws ModelException {
    PullSettings settings =
        new PullSettings(
            AllowedSources.of(List.of(allowed)),
            TrustedKeys.NONE,
            false,
            Optional.empty(),
            network);
    return new ModelRepository(
            root,
            Catalog.of(),
            new FakeImporter(),
            new Downloader(network),
            Duration.ofSeconds(20),
            settings)
        .obtain(order, List.of(), listener);
  }
}
