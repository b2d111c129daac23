package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.Shelf.Place;
import dev.bantam.models.source.Downloader;
import dev.bantam.models.store.BlobStore.Unused;
import dev.bantam.models.store.Failures;
import dev.bantam.models.store.FileLocks;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One collection of garbage. */
final class Collector {

  private final Parts parts;
  private final GarbageRule rule;
  private final List<Place> victims = new ArrayList<>();
  private final List<String> downloads = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private long downloadBytes;

  Collector(Parts parts, GarbageRule rule) {
    this.parts = parts;
    this.rule = rule;
  }

  /** See {@link ModelRepository#collectGarbage}. */
  Garbage run() throws ModelException {
    Unused before = parts.sweeper().unused(List.of());
    for (String name : names()) {
      try (FileLocks.Held lock = parts.locks().tryAcquire(name)) {
        collect(name);
      } catch (ModelException e) {
        if (e.kind() != Kind.LOCKED) {
          throw e;
        }
        skipped.add(name);
      }
    }
    Optional<Unused> unused =
        rule.dryRun() ? Optional.of(parts.sweeper().unused(victims)) : parts.sweeper().collect();
    return new Garbage(
        victims.stream().map(Place::reference).toList(),
        downloads,
        unused.map(Unused::blobs).orElse(0),
        downloadBytes + unused.map(Unused::bytes).orElse(0L),
        skipped,
        unused.isEmpty() && before.blobs() + victims.size() > 0);
  }

  private Set<String> names() throws ModelException {
    Set<String> names = new TreeSet<>();
    parts.shelf().places().forEach(place -> names.add(place.name()));
    Path folder = Puller.downloads(parts.root());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> listing = Files.list(folder)) {
        listing.forEach(path -> names.add(String.valueOf(path.getFileName())));
      } catch (IOException e) {
        throw new ModelException(
            Kind.IO, "cannot list %s: %s".formatted(folder, Failures.reason(e)), e);
      }
    }
    return names;
  }

  private void collect(String name) throws ModelException {
    try (FileLocks.Held guard = parts.locks().guard()) {
      List<ModelReference> kept = parts.kept();
      List<Place> old =
          parts.finder().all().stream()
              .map(Item::place)
              .filter(place -> place.name().equals(name))
              .skip(rule.keep())
              .filter(place -> kept.stream().noneMatch(place.reference()::overlaps))
              .toList();
      victims.addAll(old);
      if (!rule.dryRun()) {
        for (Place place : old) {
          parts.shelf().remove(place);
        }
      }
    }
    collectDownload(name);
  }

  private void collectDownload(String name) throws ModelException {
    Path folder = Puller.downloads(parts.root(), name);
    Instant limit = Instant.now().minus(rule.downloadAge());
    try {
      if (!Files.isDirectory(folder) || newest(folder).isAfter(limit)) {
        return;
      }
      downloads.add(name);
      downloadBytes += bytes(folder);
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot read %s: %s".formatted(folder, Failures.reason(e)), e);
    }
    if (!rule.dryRun()) {
      Downloader.clear(folder);
    }
  }

  private static Instant newest(Path folder) throws IOException {
    Instant newest = Files.getLastModifiedTime(folder).toInstant();
    try (Stream<Path> listing = Files.list(folder)) {
      for (Path file : listing.toList()) {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        newest = changed.isAfter(newest) ? changed : newest;
      }
    }
    return newest;
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> listing = Files.list(folder)) {
      return listing.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
