"""A demo company that ships with the project: always alive, because its dates move with today."""
