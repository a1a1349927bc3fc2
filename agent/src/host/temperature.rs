//! The hottest sensor, from `/sys/class/hwmon`, or `/sys/class/thermal` where that has none.

use std::fs;
use std::path::{Path, PathBuf};

use super::text::Buffer;

/// Beyond these a sensor is broken, or not connected.
const PLAUSIBLE: std::ops::Range<i64> = -60_000..130_000;
/// Sensors come and go with modules and disks: they are looked for anew this often.
const LOOKS_BETWEEN_SEARCHES: u32 = 60;

/// The sensors that there are.
#[derive(Debug, Default)]
pub(crate) struct Sensors {
    files: Vec<PathBuf>,
    looks_left: u32,
}

impl Sensors {
    /// The temperature of the hottest one in degrees Celsius.
    pub(crate) fn hottest(&mut self, sys: &Path, buffer: &mut Buffer) -> Option<f64> {
        if self.looks_left == 0 {
            self.files = search(sys);
            self.looks_left = LOOKS_BETWEEN_SEARCHES;
        }
        self.looks_left -= 1;
        let hottest = self
            .files
            .iter()
            .filter_map(|file| buffer.read_number(file))
            .filter(|value| PLAUSIBLE.contains(value))
            .max()?;
        i32::try_from(hottest).ok().map(|value| f64::from(value) / 1000.0)
    }
}

fn search(sys: &Path) -> Vec<PathBuf> {
    let sensors = files(&sys.join("class/hwmon"), |name| {
        name.starts_with("temp") && name.ends_with("_input")
    });
    if sensors.is_empty() {
        files(&sys.join("class/thermal"), |name| name == "temp")
    } else {
        sensors
    }
}

/// The files in the directories of this one whose names are right.
fn files(directory: &Path, is_right: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = |directory: &Path| fs::read_dir(directory).into_iter().flatten().flatten();
    entries(directory)
        .flat_map(|chip| entries(&chip.path()))
        .filter(|entry| entry.file_name().to_str().is_some_and(&is_right))
        .map(|entry| entry.path())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sensor(sys: &Path, path: &str, text: &str) {
        let path = sys.join("class").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn the_hottest_plausible_sensor_is_told() {
        let sys = tempfile::tempdir().unwrap();
        sensor(sys.path(), "hwmon/hwmon0/temp1_input", "41000\n");
        sensor(sys.path(), "hwmon/hwmon0/temp1_max", "90000\n");
        sensor(sys.path(), "hwmon/hwmon1/temp2_input", "52500\n");
        sensor(sys.path(), "hwmon/hwmon1/temp3_input", "255000\n");
        sensor(sys.path(), "hwmon/hwmon1/temp4_input", "hot\n");
        sensor(sys.path(), "thermal/thermal_zone0/temp", "99000\n");
        let found = Sensors::default().hottest(sys.path(), &mut Buffer::default());
        assert_eq!(found, Some(52.5));
    }

    #[test]
    fn thermal_zones_are_asked_where_there_is_nothing_else() {
        let sys = tempfile::tempdir().unwrap();
        sensor(sys.path(), "thermal/thermal_zone0/temp", "48123\n");
        let found = Sensors::default().hottest(sys.path(), &mut Buffer::default());
        assert_eq!(found, Some(48.123));
    }

    #[test]
    fn without_sensors_it_is_not_known() {
        let sys = tempfile::tempdir().unwrap();
        assert_eq!(
            Sensors::default().hottest(sys.path(), &mut Buffer::default()),
            None
        );
    }
}
