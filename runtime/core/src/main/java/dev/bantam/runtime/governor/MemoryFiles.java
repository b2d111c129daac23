package dev.bantam.runtime.governor;

import dev.bantam.runtime.machine.ControlGroups;
import dev.bantam.runtime.machine.SystemFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** What the kernel says of memory. Blocking. */
final class MemoryFiles {

  private static final Pattern PRESSURE =
      Pattern.compile("^some avg10=([0-9]{1,3}(?:\\.[0-9]+)?) ");
  private static final Pattern KILOBYTES = Pattern.compile("^(\\w+):\\s+([0-9]{1,15}) kB$");
  private static final double PERCENT = 100;

  private final Path root;
  private final List<Path> groups;

  /**
   * @param root {@code /}, or a folder that looks like it
   */
  MemoryFiles(Path root) {
    this.root = root;
    this.groups = ControlGroups.of(root).memory();
  }

  /** Percent of time that somebody waits for memory: of the machine, or of this process's group. */
  OptionalDouble pressure() {
    return Stream.concat(
            pressure(root, "proc/pressure/memory").stream().boxed(),
            groups.stream()
                .map(group -> pressure(group, "memory.pressure"))
                .flatMap(found -> found.stream().boxed())
                .limit(1))
        .flatMapToDouble(DoubleStream::of)
        .max();
  }

  private static OptionalDouble pressure(Path folder, String file) {
    return SystemFiles.lines(folder, file).stream()
        .map(PRESSURE::matcher)
        .filter(Matcher::find)
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .findFirst();
  }

  /** Percent of the machine's memory that can be had. */
  OptionalDouble available() {
    OptionalLong all = kilobytes("MemTotal");
    OptionalLong left = kilobytes("MemAvailable");
    return all.isPresent() && left.isPresent() && all.getAsLong() > 0
        ? OptionalDouble.of(PERCENT * left.getAsLong() / all.getAsLong())
        : OptionalDouble.empty();
  }

  private OptionalLong kilobytes(String name) {
    return SystemFiles.lines(root, "proc/meminfo").stream()
        .map(KILOBYTES::matcher)
        .filter(found -> found.find() && found.group(1).equals(name))
        .mapToLong(found -> Long.parseLong(found.group(2)))
        .findFirst();
  }

  /** How often this process's group was out of memory. */
  OptionalLong outOfMemory() {
    return first(
        group ->
            first(
                SystemFiles.named(group, "memory.events", "oom"),
                SystemFiles.named(group, "memory.oom_control", "oom_kill")));
  }

  /** How often this process's group came up against its limit. */
  OptionalLong atLimit() {
    return first(
        group ->
            first(
                SystemFiles.named(group, "memory.events", "max"),
                SystemFiles.number(group, "memory.failcnt", 0)));
  }

  /** How often this process's group was slowed down for its memory. */
  OptionalLong slowedDown() {
    return first(group -> SystemFiles.named(group, "memory.events", "high"));
  }

  /** Pages swapped in and out since the machine's start. */
  OptionalLong swapped() {
    OptionalLong in = SystemFiles.named(root, "proc/vmstat", "pswpin");
    OptionalLong out = SystemFiles.named(root, "proc/vmstat", "pswpout");
    return in.isPresent() && out.isPresent()
        ? OptionalLong.of(in.getAsLong() + out.getAsLong())
        : OptionalLong.empty();
  }

  /** Of the innermost group that says so. */
  private OptionalLong first(Function<Path, OptionalLong> what) {
    return groups.stream()
        .map(what)
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElseGet(OptionalLong::empty);
  }

  private static OptionalLong first(OptionalLong one, OptionalLong other) {
    return one.isPresent() ? one : other;
  }
}
