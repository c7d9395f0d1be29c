// Makes the replica set and the user that the servers sign in as. Run again, it changes nothing.
const fs = require("fs");
const secret = (name) => fs.readFileSync("/run/secrets/" + name, "utf8").trim();
const root = "root:" + encodeURIComponent(secret("mongo_root_password"));

const first = new Mongo("mongodb://" + root + "@mongo1/?directConnection=true").getDB("admin");
try {
  first.runCommand({ replSetGetStatus: 1 }).ok || quit(1);
} catch (e) {
  if (e.codeName !== "NotYetInitialized") throw e;
  const members = ["mongo1", "mongo2", "mongo3"].map((name, i) => ({ _id: i, host: name + ":27017" }));
  first.runCommand({ replSetInitiate: { _id: "candor", members: members } });
}

// The driver waits for a primary.
const admin = new Mongo("mongodb://" + root + "@mongo1,mongo2,mongo3/?replicaSet=candor").getDB("admin");
if (admin.getUser("candor") === null) {
  admin.createUser({
    user: "candor",
    pwd: secret("mongo_candor_password"),
    roles: [{ role: "readWrite", db: "candor" }, { role: "readWrite", db: "candor-keys" }],
  });
}
